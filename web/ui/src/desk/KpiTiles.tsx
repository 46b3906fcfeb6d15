import {useState} from 'preact/hooks';
import {formatNumber, language, useTexts} from '../i18n';
import {Icon, type IconName} from '../parts/icons';
import type {Kpis} from '../types';

const TILES: {name: keyof Kpis; icon: IconName; digits: number; days: boolean}[] = [
	{name: 'pending_threads', icon: 'envelope', digits: 0, days: false},
	{name: 'average_response_hours', icon: 'clock', digits: 1, days: true},
	{name: 'messages_per_thread', icon: 'threads', digits: 1, days: true},
];

export function KpiTiles({kpis, onRefresh}: {kpis: Kpis | null; onRefresh: (name: keyof Kpis) => Promise<void>}) {
	const t = useTexts();
	return (
		<section class="kpis" aria-label={t('kpis')}>
			{TILES.map((tile) => <Tile key={tile.name} {...tile} amount={kpis ? kpis[tile.name] : null} onRefresh={onRefresh} />)}
		</section>
	);
}

function Tile({name, icon, digits, days, amount, onRefresh}: typeof TILES[number] & {amount: number | null; onRefresh: (name: keyof Kpis) => Promise<void>}) {
	const t = useTexts();
	const [turning, setTurning] = useState(false);
	async function refresh() {
		setTurning(true);
		await onRefresh(name);
		setTurning(false);
	}
	const label = t(`kpi.${name}`);
	const shown = amount === null ? '–' : formatNumber(language.get(), amount, digits);
	return (
		<div class="kpi card-quiet">
			<Icon name={icon} class="kpi-icon" />
			<div class="kpi-text">
				<div class="kpi-label">{label}{days && <span class="muted"> · {t('kpi.days')}</span>}</div>
				<div class="kpi-value" data-kpi={name}>{name === 'average_response_hours' ? t('kpi.hours', {amount: shown}) : shown}</div>
			</div>
			<button type="button" class={`btn btn-icon ${turning ? 'turning' : ''}`} aria-label={t('kpi.refresh', {name: label})} title={t('refresh')} onClick={() => void refresh()}>
				<Icon name="refresh" />
			</button>
		</div>
	);
}
