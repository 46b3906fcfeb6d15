// Order messages: predefined texts, as a list and one by one.
import {useEffect, useMemo, useState} from 'preact/hooks';
import {crud} from '../api';
import {fail} from '../hooks';
import {language, useTexts} from '../i18n';
import type {PageProps} from '../pages';
import {go} from '../router';
import {toast, useValue} from '../store';
import {CrudTable, type Column} from '../settings/CrudTable';
import {LanguageField, type Texts} from '../settings/fields';
import {Conflict, SaveBar, Section, SettingsPage} from '../settings/Page';
import type {TableShape} from '../settings/tableQuery';
import {useForm} from '../settings/useForm';
import {useTable} from '../settings/useTable';

interface MessageRow {
	id: number;
	name: string;
	message: string;
}

interface OrderMessage {
	id: number;
	version: number;
	name: Texts;
	message: Texts;
}

const PATH = '/order-messages';
const SHAPE: TableShape = {filters: ['id', 'name', 'message'], sorts: ['id', 'name', 'message'], sort: 'id'};
const api = crud<MessageRow, OrderMessage>(PATH, 'order_messages');

export function OrderMessagesScreen({id, search}: PageProps) {
	return id === null ? <List search={search} /> : <One id={id} />;
}

function List({search}: {search: string}) {
	const t = useTexts();
	const code = useValue(language);
	const table = useTable<MessageRow>(api, PATH, search, SHAPE);
	const columns = useMemo<Column<MessageRow>[]>(() => [
		{name: 'id', text: t('column.id'), sort: true, filter: 'number', cell: ({id}) => id},
		{name: 'name', text: t('field.name'), sort: true, filter: 'text', cell: ({name}) => name},
		{name: 'message', text: t('field.message'), sort: true, filter: 'text', cell: ({message}) => message && <span class="clamp">{message}</span>},
	], [code]);
	const title = t('nav.order-messages');
	useEffect(() => void table.reload(), [code]); // in another language they have other names
	return (
		<SettingsPage wide title={title} actions={<a class="btn btn-primary" href={`${PATH}/new`}>{t('orderMessage.add')}</a>}>
			<CrudTable alone title={title} table={table} columns={columns} href={({id}) => `${PATH}/${id}`} nameOf={({name}) => name} />
		</SettingsPage>
	);
}

const EMPTY: OrderMessage = {id: 0, version: 0, name: {}, message: {}};

function One({id}: {id: number | 'new'}) {
	const t = useTexts();
	const code = useValue(language);
	const isNew = id === 'new';
	const [found, setFound] = useState(isNew);
	const form = useForm<OrderMessage>(EMPTY, async ({version, name, message}) => {
		if (isNew) await api.create({name, message});
		else await api.change(id, version, {name, message});
		toast('done', t(isNew ? 'done.creation' : 'done.change'));
		go(PATH);
	}, {name: t('field.name'), message: t('field.message')});

	function load() {
		if (!isNew) api.get(id).then((one) => { form.restart(one); setFound(true); }, fail);
	}
	useEffect(load, [id]);

	const {values, set, errors} = form;
	const title = isNew ? t('orderMessage.add') : t('orderMessage.edit', {name: values.name[code] || Object.values(values.name).find(Boolean) || ''});
	return (
		<SettingsPage title={title} back={{href: PATH, text: t('nav.order-messages')}}>
			{found && (
				<form onSubmit={(event) => void form.submit(event)} noValidate>
					<Section title={t('orderMessage')}>
						<Conflict shown={form.conflict} onReload={load} />
						<LanguageField name="name" label={t('field.name')} required value={values.name} errors={errors} onChange={(name) => set('name', name)} />
						<LanguageField name="message" label={t('field.message')} required rows={8} value={values.message} errors={errors} onChange={(message) => set('message', message)} />
						<SaveBar waiting={form.waiting} cancel={PATH} />
					</Section>
				</form>
			)}
		</SettingsPage>
	);
}
