// Under the folders: the employee's saved filters with their counts, and the way to save, rename and delete them.
import {useEffect, useLayoutEffect, useState} from 'preact/hooks';
import {onEvents} from '../bell';
import {offerCommands} from '../commands';
import {formatNumber, language, useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {formatQuery, type Query} from '../query';
import {useValue} from '../store';
import type {SavedFilter} from '../types';
import {ManageFilters, SaveFilter} from './FilterDialogs';
import {isWorthSaving, loadSaved, saved, savedPath, savedQuery} from './saved';

function countText({count, count_more}: SavedFilter): string {
	return count === null ? '' : formatNumber(language.get(), count) + (count_more ? '+' : '');
}

export function SavedFilters({query}: {query: Query}) {
	const t = useTexts();
	const filters = useValue(saved);
	const [dialog, setDialog] = useState<'save' | 'manage' | null>(null);
	useEffect(() => {
		void loadSaved();
		return onEvents(() => void loadSaved(), 1500);
	}, []);
	useLayoutEffect(() => offerCommands(() => (isWorthSaving(query) ? [{id: 'save-filter', group: t('filters.saved'), text: t('filters.save'), run: () => setDialog('save')}] : [])), [query]);
	const now = formatQuery({...query, page: 1, limit: 20});
	const open = filters.some((filter) => filter.query === savedQuery(query));
	return (
		<>
			{filters.length > 0 && (
				<ul aria-label={t('filters.saved')} class="folder-apart">
					{filters.map((filter) => (
						<li key={filter.id}>
							<a href={savedPath(filter)} aria-current={savedPath(filter) === `/${now}` ? 'page' : undefined} data-saved={filter.id}>
								<Icon name="filter" />
								<span class="folder-name" title={filter.name}>{filter.name}</span>
								<span class="folder-count">{countText(filter)}</span>
							</a>
						</li>
					))}
				</ul>
			)}
			<div class="folder-tools">
				{isWorthSaving(query) && !open && (
					<button type="button" class="btn btn-plain" onClick={() => setDialog('save')}><Icon name="plus" />{t('filters.save')}</button>
				)}
				{filters.length > 0 && (
					<button type="button" class="btn btn-plain" onClick={() => setDialog('manage')}><Icon name="gear" />{t('filters.manage')}</button>
				)}
			</div>
			{dialog === 'save' && <SaveFilter query={query} onClose={() => setDialog(null)} />}
			{dialog === 'manage' && <ManageFilters onClose={() => setDialog(null)} />}
		</>
	);
}
