// Customers: the list, and one with their orders and threads.
import {useEffect, useMemo, useState} from 'preact/hooks';
import {ApiError, customers} from '../api';
import {dateOnly, fullName, money, relativeTime} from '../format';
import {explain} from '../hooks';
import {language, useTexts} from '../i18n';
import type {PageProps} from '../pages';
import {Icon} from '../parts/icons';
import {OrderSums} from '../parts/OrderSums';
import {StatusBadge} from '../parts/Status';
import {deskPath} from '../query';
import {threadPath} from '../router';
import {CrudTable, type Column} from '../settings/CrudTable';
import {Section, SettingsPage} from '../settings/Page';
import type {TableShape} from '../settings/tableQuery';
import {useTable} from '../settings/useTable';
import {session, useValue} from '../store';
import type {Customer, CustomerRow, Order} from '../types';

const PATH = '/customers';
const SHAPE: TableShape = {filters: ['name', 'email'], sorts: ['id', 'name', 'email', 'registered'], sort: 'name'};

export function CustomersScreen({id, search}: PageProps) {
	return typeof id === 'number' ? <One key={id} id={id} /> : <List search={search} />;
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
			<CrudTable title={title} table={table} columns={columns} href={({id}) => `${PATH}/${id}`} nameOf={fullName} mayEdit={false} mayDelete={false} />
		</SettingsPage>
	);
}

function One({id}: {id: number}) {
	const t = useTexts();
	const [customer, setCustomer] = useState<Customer | null>(null);
	const [error, setError] = useState<unknown>(null);
	useEffect(() => {
		let here = true;
		customers.get(id).then((one) => here && setCustomer(one), (problem) => here && setError(problem));
		return () => { here = false; };
	}, [id]);
	const missing = error instanceof ApiError && error.status === 404;
	const back = {href: PATH, text: t('nav.customers')};
	return (
		<SettingsPage wide title={customer ? fullName(customer) : t('customer')} back={back}>
			{error !== null && <p class="banner banner-warn" role="alert"><Icon name="warn" />{missing ? t('customers.missing') : explain(error)}</p>}
			{customer && <Facts customer={customer} />}
			{customer && <Orders orders={customer.order_list} />}
			{customer && <Threads customer={customer} />}
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

function Orders({orders}: {orders: Order[]}) {
	const t = useTexts();
	return (
		<Section title={t('customers.orders')}>
			{!orders.length && <p class="muted">{t('customers.noOrders')}</p>}
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
									<td role="cell">{order.reference}</td>
									<td role="cell">{dateOnly(order.created)}</td>
									<td role="cell">{order.state?.name ?? '--'}{order.state?.valid && <span class="order-valid" role="img" aria-label={t('order.valid')} title={t('order.valid')}><Icon name="check" /></span>}</td>
									<td role="cell" class="number">{money(order.total, order.currency)}</td>
								</tr>
							))}
						</tbody>
					</table>
				</div>
			)}
		</Section>
	);
}

function Threads({customer}: {customer: Customer}) {
	const t = useTexts();
	return (
		<Section title={t('customers.threads')}>
			{!customer.threads.length && <p class="muted">{t('customers.noThreads')}</p>}
			<ul class="customer-threads">
				{customer.threads.map((thread) => (
					<li key={thread.id}>
						<a href={threadPath(thread.id)}>#{thread.id} {thread.subject || t('subject.none')}</a>
						<span class="muted">{thread.contact?.name ?? '--'}</span>
						<StatusBadge status={thread.status} />
						{thread.last_message && <span class="muted">{relativeTime(thread.last_message)}</span>}
					</li>
				))}
			</ul>
			{customer.threads.length > 0 && <p><a href={deskPath({filters: {email: customer.email}})}>{t('customers.inList')}</a></p>}
		</Section>
	);
}
