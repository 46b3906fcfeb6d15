// The Customer Service page.
import {useCallback, useMemo, useState} from 'preact/hooks';
import {Charts} from '../desk/Charts';
import {ContactBlocks} from '../desk/ContactBlocks';
import {Folders} from '../desk/Folders';
import {KpiTiles} from '../desk/KpiTiles';
import {Legend} from '../desk/Legend';
import {ThreadList} from '../desk/ThreadList';
import {StatisticsBox} from '../desk/StatisticsBox';
import {useOverview} from '../desk/useOverview';
import {useTitle} from '../hooks';
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {ContactOptions} from '../settings/ContactOptions';
import {formatQuery, parseQuery, type Query} from '../query';
import {go} from '../router';
import {recall, remember} from '../store';

export function DeskScreen({search}: {search: string}) {
	const t = useTexts();
	useTitle(t('desk.title'));
	const query = useMemo(() => parseQuery(search), [search]);
	const overview = useOverview();
	const [shown, setShown] = useState(recall('overview') !== 'hidden');
	const [charted, setCharted] = useState(recall('charts') === 'shown');
	const change = useCallback((next: Query) => go(`/${formatQuery(next)}`), []);

	function toggle() {
		remember('overview', shown ? 'hidden' : 'shown');
		setShown(!shown);
	}

	function toggleCharts() {
		remember('charts', charted ? 'hidden' : 'shown');
		setCharted(!charted);
	}

	return (
		<div class="desk">
			<Folders query={query} />
			<main id="main" class="desk-main" tabIndex={-1}>
				<div class="page-head">
					<h1>{t('desk.title')}</h1>
					{shown && (
						<button type="button" class="btn btn-quiet btn-sm page-charts" aria-expanded={charted} aria-controls="charts" aria-label={t('charts')} onClick={toggleCharts}>
							<Icon name="chart" /><span>{t('charts')}</span>
						</button>
					)}
					<button type="button" class="btn btn-quiet btn-sm" aria-expanded={shown} aria-controls="overview" aria-label={t(shown ? 'overview.hide' : 'overview.show')} onClick={toggle}>
						<Icon name={shown ? 'up' : 'down'} /><span>{t(shown ? 'overview.hide' : 'overview.show')}</span>
					</button>
				</div>
				{shown && (
					<div id="overview" class="overview">
						<KpiTiles kpis={overview.kpis} onRefresh={overview.refresh} />
						<ContactBlocks blocks={overview.contacts} />
						<Legend />
						<StatisticsBox statistics={overview.statistics} />
						{charted && <Charts />}
					</div>
				)}
				<ThreadList query={query} onQuery={change} />
				<ContactOptions />
			</main>
		</div>
	);
}
