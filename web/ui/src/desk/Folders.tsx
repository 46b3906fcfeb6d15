import {useEffect, useState} from 'preact/hooks';
import * as api from '../api';
import {onEvents} from '../bell';
import {formatNumber, language, useTexts} from '../i18n';
import {Icon, type IconName} from '../parts/icons';
import {deskPath, FOLDERS, type Folder, type Query} from '../query';
import {SavedFilters} from './SavedFilters';

const ICONS: Record<Folder, IconName> = {
	'': 'inbox', mine: 'user', unassigned: 'envelope', open: 'open', pending: 'clock', closed: 'closed', automatic: 'robot', spam: 'shield', bin: 'trash',
};
// Automatic ones need no count: they stand in the other folders too.
const COUNTED = ['mine', 'unassigned', 'open', 'pending', 'spam', 'bin'] as const;

let kept: Partial<Record<Folder, string>> = {};

function useCounts(): typeof kept {
	const [counts, setCounts] = useState(kept);
	useEffect(() => {
		async function load() {
			const numbers = await api.overview.folders().catch(() => null);
			if (!numbers) return;
			kept = Object.fromEntries(COUNTED.map((folder) => [folder, formatNumber(language.get(), numbers[folder])]));
			setCounts(kept);
		}
		void load();
		return onEvents(() => void load(), 600);
	}, []);
	return counts;
}

export function Folders({query}: {query: Query}) {
	const t = useTexts();
	const counts = useCounts();
	return (
		<nav class="folders" aria-label={t('folders')}>
			<ul>
				{(['', ...FOLDERS] as Folder[]).map((folder) => (
					<li key={folder} class={folder === 'closed' ? 'folder-apart' : ''}>
						<a href={deskPath({folder, limit: query.limit})} aria-current={query.folder === folder ? 'page' : undefined} data-folder={folder || 'all'}>
							<Icon name={ICONS[folder]} />
							<span class="folder-name" title={t(`folder.${folder || 'all'}`)}>{t(`folder.${folder || 'all'}`)}</span>
							{counts[folder] && counts[folder] !== '0' && <span class="folder-count">{counts[folder]}</span>}
						</a>
					</li>
				))}
			</ul>
			<SavedFilters query={query} />
		</nav>
	);
}
