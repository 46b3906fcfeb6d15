// Spam and blocked senders: what is filed as spam by its header, and whose mail nobody wants.
import {useMemo, useState} from 'preact/hooks';
import {blockedSenders, spamRules} from '../api';
import {dateTime, fullName} from '../format';
import {language, useTexts} from '../i18n';
import type {PageProps} from '../pages';
import {CrudTable, type Column} from '../settings/CrudTable';
import {SettingsPage} from '../settings/Page';
import type {TableShape} from '../settings/tableQuery';
import {useTable} from '../settings/useTable';
import {BlockDialog} from '../spam/BlockDialog';
import {RuleDialog} from '../spam/RuleDialog';
import {useValue} from '../store';
import type {Blocked, SpamRule} from '../types';

const PATH = '/spam';
const WHOLE: TableShape = {filters: [], sorts: [], sort: ''};
const SHAPE: TableShape = {filters: ['sender'], sorts: ['sender', 'created'], sort: 'sender'};

export function SpamScreen({search}: PageProps) {
	const t = useTexts();
	return (
		<SettingsPage wide title={t('nav.spam')}>
			<Rules />
			<Senders search={search} />
		</SettingsPage>
	);
}

type Asked<Row> = Row | 'new' | null;

function Edit({name, onClick}: {name: string; onClick: () => void}) {
	const t = useTexts();
	return <button type="button" class="btn btn-quiet btn-sm" aria-label={t('crud.edit', {name})} onClick={onClick}>{t('edit')}</button>;
}

function Rules() {
	const t = useTexts();
	const code = useValue(language);
	const [asked, setAsked] = useState<Asked<SpamRule>>(null);
	const table = useTable<SpamRule>(spamRules, PATH, '', WHOLE);
	const columns = useMemo<Column<SpamRule>[]>(() => [
		{name: 'header', text: t('spam.header'), cell: ({header}) => header},
		{name: 'match', text: t('spam.match'), cell: ({match}) => t(`match.${match}`)},
		{name: 'value', text: t('spam.value'), cell: ({value}) => value},
		{name: 'where', text: t('spam.where'), cell: ({where}) => t(`where.${where}`)},
	], [code]);
	const done = () => { setAsked(null); void table.reload(); };
	return (
		<>
			<CrudTable whole title={t('spam.table')} table={table} columns={columns} nameOf={({header, value}) => `${header}: ${value}`}
				actions={(rule) => <Edit name={`${rule.header}: ${rule.value}`} onClick={() => setAsked(rule)} />}>
				<button type="button" class="btn btn-primary btn-sm" onClick={() => setAsked('new')}>{t('spam.add')}</button>
			</CrudTable>
			<p class="muted spam-note">{t('spam.note')}</p>
			{asked && <RuleDialog rule={asked === 'new' ? null : asked} onClose={() => setAsked(null)} onDone={done} />}
		</>
	);
}

function Senders({search}: {search: string}) {
	const t = useTexts();
	const code = useValue(language);
	const [asked, setAsked] = useState<Asked<Blocked>>(null);
	const table = useTable<Blocked>(blockedSenders, PATH, search, SHAPE);
	const columns = useMemo<Column<Blocked>[]>(() => [
		{name: 'sender', text: t('blocked.sender'), sort: true, filter: 'text', cell: ({sender}) => (sender.includes('@') ? sender : t('blocked.allOf', {domain: sender}))},
		{name: 'reason', text: t('blocked.reason'), cell: ({reason}) => reason},
		{name: 'employee', text: t('blocked.by'), cell: ({employee}) => (employee ? fullName(employee) : '--')},
		{name: 'created', text: t('blocked.since'), sort: true, cell: ({created}) => dateTime(created)},
	], [code]);
	const done = () => { setAsked(null); void table.reload(); };
	return (
		<>
			<CrudTable title={t('blocked.title')} table={table} columns={columns} nameOf={({sender}) => sender}
				actions={(blocked) => <Edit name={blocked.sender} onClick={() => setAsked(blocked)} />}>
				<button type="button" class="btn btn-primary btn-sm" onClick={() => setAsked('new')}>{t('blocked.add')}</button>
			</CrudTable>
			<p class="muted">{t('blocked.note')}</p>
			{asked && <BlockDialog {...(asked !== 'new' && {blocked: asked})} onClose={() => setAsked(null)} onDone={done} />}
		</>
	);
}
