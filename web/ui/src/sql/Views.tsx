// What a query may read: the views, each with its columns, and the functions. A click writes a name into the query.
import {useEffect, useState} from 'preact/hooks';
import {queries, type QueryViews} from '../api';
import {fail} from '../hooks';
import {useTexts} from '../i18n';

export function Views({onInsert}: {onInsert: (word: string) => void}) {
	const t = useTexts();
	const [found, setFound] = useState<QueryViews | null>(null);
	useEffect(() => void queries.views().then(setFound, fail), []);
	return (
		<aside class="card-quiet section sql-views" aria-label={t('sql.views')}>
			<h2>{t('sql.views')}</h2>
			{found?.views.map(({name, columns}) => <Names key={name} title={name} names={[name, ...columns]} onInsert={onInsert} />)}
			{found && <Names title={t('sql.functions')} names={found.functions} after="(" onInsert={onInsert} />}
		</aside>
	);
}

function Names({title, names, after = '', onInsert}: {title: string; names: string[]; after?: string; onInsert: (word: string) => void}) {
	const t = useTexts();
	return (
		<details>
			<summary>{title}</summary>
			<ul>
				{names.map((name) => <li key={name}><button type="button" class="sql-name" title={t('sql.insert', {name})} aria-label={t('sql.insert', {name})} onClick={() => onInsert(name + after)}>{name}</button></li>)}
			</ul>
		</details>
	);
}
