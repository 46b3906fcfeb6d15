// The staff: a list, and each employee's page.
import * as api from '../api';
import {dateTime, fullName, relativeTime} from '../format';
import {useNow} from '../hooks';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import type {PageProps} from '../pages';
import {CrudTable, type Column} from '../settings/CrudTable';
import {SettingsPage} from '../settings/Page';
import type {TableShape} from '../settings/tableQuery';
import {Tokens} from '../settings/Tokens';
import {useTable} from '../settings/useTable';
import type {Employee} from '../types';
import {EmployeePage, NewEmployee, ROLES} from './EmployeePage';

const SHAPE: TableShape = {filters: ['name', 'email', 'role', 'active'], sorts: ['name', 'email', 'role', 'active', 'last_used'], sort: 'name'};

export function TeamScreen({id, search}: PageProps) {
	if (id === 'new') return <NewEmployee />;
	return id ? <EmployeePage key={id} id={id} /> : <TeamList search={search} />;
}

function TeamList({search}: {search: string}) {
	const t = useTexts();
	const now = useNow();
	const table = useTable<Employee>(api.employees, '/team', search, SHAPE);
	const columns: Column<Employee>[] = [
		{name: 'name', text: t('team.name'), sort: true, filter: 'text', cell: (row) => fullName(row)},
		{name: 'email', text: t('column.email'), sort: true, filter: 'text', cell: (row) => row.email},
		{name: 'role', text: t('field.role'), sort: true, filter: ROLES.map((role) => [role, t(`role.${role}`)] as const), cell: (row) => t(`role.${row.role}`)},
		{name: 'contacts', text: t('field.contacts'), cell: (row) => (row.all_contacts ? t('team.all') : String(row.contacts.length))},
		{name: 'active', text: t('field.active'), sort: true, filter: [['yes', t('yes')], ['no', t('no')]], cell: (row) => <span class={`tag ${row.active ? 'tag-good' : ''}`}>{t(row.active ? 'yes' : 'no')}</span>},
		{name: 'last_used', text: t('team.lastUsed'), sort: true, cell: (row) => row.last_used && <time dateTime={row.last_used} title={dateTime(row.last_used)}>{relativeTime(row.last_used, now)}</time>},
	];
	return (
		<SettingsPage title={t('nav.team')} wide actions={<a class="btn btn-primary" href="/team/new" aria-label={t('team.add')}><Icon name="plus" /><span>{t('team.add')}</span></a>}>
			<CrudTable title={t('team.list')} table={table} columns={columns} href={(row) => `/team/${row.id}`} nameOf={fullName} />
			<Tokens everyone />
		</SettingsPage>
	);
}
