import {fullName} from '../format';
import {useTexts} from '../i18n';
import {present, session, useValue} from '../store';
import type {Viewer} from '../types';
import {Icon} from './icons';

function initials({firstname, lastname}: Viewer): string {
	return `${[...firstname][0] ?? ''}${[...lastname][0] ?? ''}`;
}

// Who else looks at a thread of the list, or writes in it, by their initials.
export function Present({thread, first}: {thread: number; first: Viewer[]}) {
	const t = useTexts();
	const live = useValue(present).get(thread) ?? first;
	const me = useValue(session)?.id;
	const others = live.filter(({id}) => id !== me);
	if (!others.length) return null;
	return (
		<span class="present">
			{others.map((person) => {
				const text = t(person.writing ? 'reply.writingRow' : 'reply.viewingRow', {name: fullName(person)});
				return (
					<span key={person.id} class={`present-one ${person.writing ? 'present-writes' : ''}`} role="img" aria-label={text} title={text}>
						{person.writing && <Icon name="edit" />}<span aria-hidden="true">{initials(person)}</span>
					</span>
				);
			})}
		</span>
	);
}
