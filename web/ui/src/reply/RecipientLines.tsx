// To and Cc: who is written to, each with a button to take them out; and who could be besides.
import {useState} from 'preact/hooks';
import {useTexts} from '../i18n';
import {Dropdown} from '../parts/Dropdown';
import {Icon} from '../parts/icons';
import type {Address} from '../types';
import {freePeople, nameOf, withoutRecipient, withRecipient, type Field, type Recipients} from './recipients';

interface Props {
	now: Recipients;
	people: Address[];
	from: Address | null;
	error: string | undefined;
	onChange: (next: Recipients) => void;
}

export function RecipientLines({now, people, from, error, onChange}: Props) {
	const t = useTexts();
	return (
		<div class="recipients">
			<span class="recipient-from"><span class="muted">{t('label', {name: t('detail.from')})}</span> {from ? <><bdi>{from.name}</bdi> <span class="muted">{from.address}</span></> : t('reply.noSender')}</span>
			<Line field="to" now={now} people={people} onChange={onChange} />
			{(now.cc.length > 0 || freePeople(people, now).length > 0) && <Line field="cc" now={now} people={people} onChange={onChange} />}
			{error && <p class="field-error" role="alert"><Icon name="warn" />{error}</p>}
		</div>
	);
}

function Line({field, now, people, onChange}: Pick<Props, 'now' | 'people' | 'onChange'> & {field: Field}) {
	const t = useTexts();
	const [open, setOpen] = useState(false);
	const free = freePeople(people, now);
	const label = t(`detail.${field}`);
	return (
		<div class="recipient-line" role="group" aria-label={label}>
			<span class="muted">{t('label', {name: label})}</span>
			{now[field].map((address) => {
				const name = nameOf(address, people);
				return (
					<span key={address} class="chip" title={address}>
						<bdi>{name || address}</bdi>{name && <span class="muted chip-address">{address}</span>}
						<button type="button" aria-label={t('reply.without', {address})} title={t('reply.without', {address})} onClick={() => onChange(withoutRecipient(now, address))}><Icon name="close" /></button>
					</span>
				);
			})}
			{free.length > 0 && (
				<Dropdown open={open} setOpen={setOpen} start label={t('reply.add', {field: label})} buttonClass="btn btn-plain" button={<Icon name="plus" />}>
					{free.map(({name, address}) => (
						<button key={address} type="button" class="menu-item" role="menuitem" onClick={() => { setOpen(false); onChange(withRecipient(now, field, address)); }}>
							<bdi>{name || address}</bdi>{name && <span class="muted">{address}</span>}
						</button>
					))}
				</Dropdown>
			)}
		</div>
	);
}
