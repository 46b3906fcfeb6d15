// An employee's sessions, each with what ends it.
import {useCallback, useEffect, useState} from 'preact/hooks';
import {dateTime, relativeTime} from '../format';
import {fail, useNow} from '../hooks';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {toast} from '../store';
import type {OpenSession} from '../types';
import {browserName} from './browserName';
import {Section} from './Page';

interface Props {
	title: string;
	note: string;
	endAllText: string;
	list: () => Promise<{sessions: OpenSession[]}>;
	end: (id: number) => Promise<void>;
	endAll: () => Promise<void>;
}

export function Sessions({title, note, endAllText, list, end, endAll}: Props) {
	const t = useTexts();
	const now = useNow();
	const [sessions, setSessions] = useState<OpenSession[] | null>(null);
	const load = useCallback(() => list().then((answer) => setSessions(answer.sessions), fail), [list]);
	useEffect(() => void load(), [load]);

	async function run(ending: Promise<void>) {
		try {
			await ending;
			toast('done', t('sessions.ended'));
		} catch (error) {
			fail(error);
		}
		await load();
	}
	return (
		<Section title={title}>
			<p class="muted">{note}</p>
			{sessions && sessions.length === 0 && <p>{t('sessions.none')}</p>}
			<ul class="rows">
				{sessions?.map((each) => (
					<li key={each.id} class="row-line">
						<div class="row-what">
							<strong title={each.agent}>{browserName(each.agent)}</strong> {each.current && <span class="tag tag-good">{t('sessions.current')}</span>}
							<div class="muted">{each.address} · {t('sessions.since', {when: dateTime(each.created)})} · <span title={dateTime(each.used)}>{t('sessions.used', {when: relativeTime(each.used, now)})}</span></div>
						</div>
						{!each.current && (
							<button type="button" class="btn btn-quiet btn-sm" aria-label={t('sessions.endOne', {name: browserName(each.agent), address: each.address})}
								onClick={() => void run(end(each.id))}>{t('sessions.end')}</button>
						)}
					</li>
				))}
			</ul>
			{sessions && sessions.filter(({current}) => !current).length > 0 && (
				<button type="button" class="btn btn-quiet" onClick={() => void run(endAll())}><Icon name="close" />{endAllText}</button>
			)}
		</Section>
	);
}
