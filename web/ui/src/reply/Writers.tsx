import {fullName} from '../format';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {useValue, viewers} from '../store';
import type {Thread} from '../types';

// Who else writes an answer right now.
export function Writers({thread, me}: {thread: Thread; me: number}) {
	const t = useTexts();
	const live = useValue(viewers);
	const people = (live.thread === thread.id && live.people) || thread.viewers;
	const writers = people.filter(({id, writing}) => writing && id !== me);
	return (
		<p class="writers" role="status" aria-live="polite">
			{writers.length > 0 && <><Icon name="edit" />{t('reply.writing', {n: writers.length, names: writers.map(fullName).join(', ')})}</>}
		</p>
	);
}
