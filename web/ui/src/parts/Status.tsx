import {t} from '../i18n';
import {STATUSES, type Status} from '../types';
import {Icon} from './icons';

export function statusName(status: Status): string {
	return t(`status.${status}`);
}

// A status as colour, icon and word.
export function StatusBadge({status}: {status: Status}) {
	return <span class={`status status-${status}`}><Icon name={status} />{statusName(status)}</span>;
}

// The same, changed in place.
export function StatusSelect({status, label, onChange}: {status: Status; label: string; onChange: (status: Status) => void}) {
	return (
		<span class={`status status-select status-${status}`}>
			<Icon name={status} />
			<select aria-label={label} value={status} onClick={(event) => event.stopPropagation()}
				onChange={(event) => onChange(event.currentTarget.value as Status)}>
				{STATUSES.map((each) => <option key={each} value={each}>{statusName(each)}</option>)}
			</select>
		</span>
	);
}
