// Customers: the list, and one with their orders and threads.
import {useMemo} from 'preact/hooks';
import {ApiError, customers} from '../api';
import {dateOnly, fullName, money} from '../format';
import {explain} from '../hooks';
import {language, useTexts} from '../i18n';
import {State} from '../orders/State';
import type {PageProps} from '../pages';
import {Icon} from '../parts/icons';
import {OrderSums} from '../parts/OrderSums';
import {OwnedThreads} from '../parts/OwnedThreads';
import {deskPath} from '../query';
import {CrudTable, type Column} from '../settings/CrudTable';
import {ListPages, pagesAsked} from '../settings/ListPages';
import {Section, SettingsPage} from '../settings/Page';
import type {TableShape} from '../settings/tableQuery';
import {useTable} from '../settings/useTable';
import {session, useValue} from '../store';
import type {Customer, CustomerRow, Order} from '../types';
import {useLive} from '../useLive';

const PATH = '/customers';
const SHAPE: TableShape = {filters: ['name', 'email'], sorts: ['id', 'name', 'email', 'registered'], sort: 'name'};

export function CustomersScreen({id, search}: PageProps) {
	return typeof id === 'number' ? <One key={id} id={id} search={search} /> : <List search={search} />;
}

function List({search}: {search: string}) {
	const t = useTexts();
	const code = useValue(language);
	const several = (useValue(session)?.shops.length ?? 0) > 1;
	const table = useTable<CustomerRow>(customers, PATH, search, SHAPE);
	const columns = useMemo<Column<CustomerRow>[]>(() => [
		{name: 'id', text: t('column.id'), sort: true, cell: ({id}) => id, narrow: true},
		{name: 'name', text: t('field.name'), sort: true, filter: 'text', cell: (row) => <a href={`${PATH}/${row.id}`}>{fullName(row)}</a>},
		{name: 'email', text: t('column.email'), sort: true, filter: 'text', cell: ({email}) => email},
		{name: 'registered', text: t('customers.registered'), sort: true, cell: ({registered}) => dateOnly(registered)},
		...(several ? [{name: 'shop', text: t('column.shop'), cell: ({shop}: CustomerRow) => shop.name}] : []),
	], [code, several]);
	const title = t('nav.customers');
	return (
		<SettingsPage wide title={title}>
			<CrudTable alone title={title} table={table} columns={columns} href={({id}) => `${PATH}/${id}`} nameOf={fullName} mayEdit={false} mayDelete={false} />
		</SettingsPage>
	);
}

function One({id, search}: {id: number; search: string}) {
	const t = useTexts();
	const {one: customer, error} = useLive(customers.get, id, pagesAsked(search, ['orders', 'threads']));
	const missing = error instanceof ApiError && error.status === 404;
	const path = `${PATH}/${id}`;
	return (
		<SettingsPage wide title={customer ? fullName(customer) : t('customer')} back={{href: PATH, text: t('nav.customers')}}>
			{error !== null && <p class="banner banner-warn" role="alert"><Icon name="warn" />{missing ? t('customers.missing') : explain(error)}</p>}
			{customer && <Facts customer={customer} />}
			{customer && <Orders orders={customer.order_list} total={customer.order_total} path={path} search={search} />}
			{customer && (
				<OwnedThreads threads={customer.threads} total={customer.thread_total} path={path} search={search}>
					{customer.thread_total > 0 && <p class="section-foot"><a href={deskPath({filters: {email: customer.email}})}>{t('customers.inList')}</a></p>}
				</OwnedThreads>
			)}
		</SettingsPage>
	);
}

function Facts({customer}: {customer: Customer}) {
	const t = useTexts();
	const several = (useValue(session)?.shops.length ?? 0) > 1;
	return (
		<Section title={t('customer')}>
			<p><a href={`mailto:${customer.email}`}>{customer.email}</a></p>
			<p>{t('customer.since', {date: dateOnly(customer.registered)})}</p>
			{several && <p>{customer.shop.name}</p>}
			<OrderSums orders={customer.orders} />
		</Section>
	);
}

function Orders({orders, total, path, search}: {orders: Order[]; total: number; path: string; search: string}) {
	const t = useTexts();
	return (
		<Section title={t('customers.orders')} count={total}>
			{!total && <p class="muted">{t('customers.noOrders')}</p>}
			{orders.length > 0 && (
				<div class="table-box">
					<table class="plain-table" role="table" aria-label={t('customers.orders')}>
						<thead role="rowgroup">
							<tr role="row">
								<th role="columnheader" scope="col">{t('order.reference')}</th>
								<th role="columnheader" scope="col">{t('order.date')}</th>
								<th role="columnheader" scope="col">{t('order.state')}</th>
								<th role="columnheader" scope="col" class="number">{t('order.total')}</th>
							</tr>
						</thead>
						<tbody role="rowgroup">
							{orders.map((order) => (
								<tr role="row" key={order.id}>
									<td role="cell"><a href={`/orders/${order.id}`}>{order.reference}</a></td>
									<td role="cell">{dateOnly(order.created)}</td>
									<td role="cell"><State state={order.state} /></td>
									<td role="cell" class="number">{money(order.total, order.currency)}</td>
								</tr>
							))}
						</tbody>
					</table>
				</div>
			)}
			<ListPages path={path} search={search} name="orders" label={t('customers.orderPages')} total={total} />
		</Section>
	);
}
