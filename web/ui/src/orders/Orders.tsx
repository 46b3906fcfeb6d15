// Orders: the list, and one with its lines, states and threads. Read only.
import {useMemo} from 'preact/hooks';
import {ApiError, orders} from '../api';
import {dateOnly, dateTime, fullName, money} from '../format';
import {explain} from '../hooks';
import {formatNumber, language, useTexts} from '../i18n';
import type {PageProps} from '../pages';
import {Icon} from '../parts/icons';
import {OwnedThreads} from '../parts/OwnedThreads';
import {CrudTable, type Column} from '../settings/CrudTable';
import {pagesAsked} from '../settings/ListPages';
import {Section, SettingsPage} from '../settings/Page';
import type {TableShape} from '../settings/tableQuery';
import {useTable} from '../settings/useTable';
import {session, useValue} from '../store';
import type {Order, OrderLine, OrderState, WholeOrder} from '../types';
import {useLive} from '../useLive';
import {State} from './State';

const PATH = '/orders';
const SHAPE: TableShape = {filters: ['reference', 'name', 'state', 'from', 'to'], sorts: ['id', 'reference', 'name', 'total', 'state', 'created'], sort: '-created'};

export function OrdersScreen({id, search}: PageProps) {
	return typeof id === 'number' ? <One key={id} id={id} search={search} /> : <List search={search} />;
}

function List({search}: {search: string}) {
	const t = useTexts();
	const code = useValue(language);
	const several = (useValue(session)?.shops.length ?? 0) > 1;
	const table = useTable<Order>(orders, PATH, search, SHAPE);
	const columns = useMemo<Column<Order>[]>(() => [
		{name: 'id', text: t('column.id'), sort: true, cell: ({id}) => id},
		{name: 'reference', text: t('order.reference'), sort: true, filter: 'text', cell: ({id, reference}) => <a href={`${PATH}/${id}`}>{reference}</a>},
		{name: 'name', text: t('column.customer'), sort: true, filter: 'text', cell: ({customer}) => (customer ? fullName(customer) : '--')},
		{name: 'total', text: t('order.total'), sort: true, cell: ({total, currency}) => money(total, currency)},
		{name: 'state', text: t('order.state'), sort: true, filter: 'text', cell: ({state}) => <State state={state} />},
		{name: 'created', text: t('order.date'), sort: true, filter: 'dates', cell: ({created}) => dateOnly(created)},
		...(several ? [{name: 'shop', text: t('column.shop'), cell: ({shop}: Order) => shop.name}] : []),
	], [code, several]);
	const title = t('nav.orders');
	return (
		<SettingsPage wide title={title}>
			<CrudTable alone title={title} table={table} columns={columns} href={({id}) => `${PATH}/${id}`} nameOf={({reference}) => reference} mayEdit={false} mayDelete={false} />
		</SettingsPage>
	);
}

function One({id, search}: {id: number; search: string}) {
	const t = useTexts();
	const {one: order, error} = useLive(orders.get, id, pagesAsked(search, ['threads']));
	const missing = error instanceof ApiError && error.status === 404;
	return (
		<SettingsPage wide title={t('order.title', {reference: order?.reference ?? ''}).trim()} back={{href: PATH, text: t('nav.orders')}}>
			{error !== null && <p class="banner banner-warn" role="alert"><Icon name="warn" />{missing ? t('order.missing') : explain(error)}</p>}
			{order && <Facts order={order} />}
			{order && <Lines lines={order.lines} currency={order.currency} />}
			{order && <History states={order.states} />}
			{order && <OwnedThreads threads={order.threads} total={order.thread_total} path={`${PATH}/${id}`} search={search} />}
		</SettingsPage>
	);
}

function Facts({order}: {order: WholeOrder}) {
	const t = useTexts();
	const several = (useValue(session)?.shops.length ?? 0) > 1;
	const {customer, email, total, currency, created, state, shop} = order;
	return (
		<Section title={t('thread.order')}>
			<dl class="facts">
				<dt>{t('order.reference')}</dt><dd>{order.reference}</dd>
				<dt>{t('column.customer')}</dt>
				<dd>{customer ? <><a href={`/customers/${customer.id}`}>{fullName(customer) || email}</a> <span class="muted">{email}</span></> : t('order.noCustomer')}</dd>
				<dt>{t('order.total')}</dt><dd>{money(total, currency)}</dd>
				<dt>{t('order.state')}</dt><dd><State state={state} /></dd>
				<dt>{t('order.date')}</dt><dd><time dateTime={created}>{dateTime(created)}</time></dd>
				{several && <><dt>{t('column.shop')}</dt><dd>{shop.name}</dd></>}
			</dl>
		</Section>
	);
}

function Lines({lines, currency}: {lines: OrderLine[]; currency: string}) {
	const t = useTexts();
	return (
		<Section title={t('order.lines')}>
			{!lines.length && <p class="muted">{t('order.noLines')}</p>}
			{lines.length > 0 && (
				<div class="table-box">
					<table class="plain-table" role="table" aria-label={t('order.lines')}>
						<thead role="rowgroup">
							<tr role="row">
								<th role="columnheader" scope="col">{t('order.product')}</th>
								<th role="columnheader" scope="col" class="number">{t('order.quantity')}</th>
								<th role="columnheader" scope="col" class="number">{t('order.price')}</th>
								<th role="columnheader" scope="col" class="number">{t('order.amount')}</th>
							</tr>
						</thead>
						<tbody role="rowgroup">
							{lines.map(({name, quantity, price}, at) => (
								<tr role="row" key={at}>
									<td role="cell">{name}</td>
									<td role="cell" class="number quantity">{formatNumber(language.get(), quantity)}</td>
									<td role="cell" class="number">{money(price, currency)}</td>
									<td role="cell" class="number">{money(String(Number(price) * quantity), currency)}</td>
								</tr>
							))}
						</tbody>
					</table>
				</div>
			)}
		</Section>
	);
}

// Newest first, as timelines are.
function History({states}: {states: OrderState[]}) {
	const t = useTexts();
	return (
		<Section title={t('order.states')}>
			{!states.length && <p class="muted">{t('order.noStates')}</p>}
			<ol class="order-states">
				{[...states].reverse().map((state, at) => (
					<li key={states.length - at}><span><State state={state} /></span><time class="muted" dateTime={state.created}>{dateTime(state.created)}</time></li>
				))}
			</ol>
		</Section>
	);
}
