// Two charts of the last 30 days; what draws them is asked for when they are first opened. The same numbers stand in a table.
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import * as api from '../api';
import {onEvents} from '../bell';
import type * as drawing from '../draw';
import {dateOnly, dayMonth} from '../format';
import {fail} from '../hooks';
import {formatNumber, language, useTexts} from '../i18n';
import {useValue} from '../store';
import {theme} from '../theme';
import type {Charts as Numbers} from '../types';

declare const CHARTS_URL: string;

type Day = Numbers['days'][number];

interface Measure {
	label: string;
	colour: string; // a custom property's name
	digits: number;
	value: (day: Day) => number | null;
	bars?: boolean;
}

let kept: Numbers | null = null;

function useNumbers(): Numbers | null {
	const [numbers, setNumbers] = useState(kept);
	useEffect(() => {
		const load = () => api.charts().then((answer) => setNumbers(kept = answer), fail);
		void load();
		return onEvents(() => void load(), 5000);
	}, []);
	return numbers;
}

export function Charts() {
	const t = useTexts();
	const numbers = useNumbers();
	const traffic: Measure[] = [
		{label: t('charts.in'), colour: '--b-chart-in', digits: 0, value: (day) => day.in},
		{label: t('charts.out'), colour: '--b-chart-out', digits: 0, value: (day) => day.out},
	];
	const response: Measure[] = [{label: t('charts.hours'), colour: '--b-chart-wait', digits: 1, value: (day) => day.response_hours, bars: true}];
	return (
		<section class="charts" aria-label={t('charts')} id="charts" aria-busy={!numbers}>
			{numbers && <Chart title={t('charts.traffic')} days={numbers.days} measures={traffic} />}
			{numbers && <Chart title={t('charts.response')} days={numbers.days} measures={response} />}
		</section>
	);
}

function say(measures: Measure[], amountOf: (measure: Measure) => number | null): string {
	return measures.map((measure) => {
		const amount = amountOf(measure);
		return `${measure.label} ${amount === null ? '–' : formatNumber(language.get(), amount, measure.digits)}`;
	}).join(', ');
}

// Sums of what is counted, averages of what is measured; null when nothing was.
function sum(days: Day[], {value, digits}: Measure): number | null {
	const known = days.map(value).filter((amount): amount is number => amount !== null);
	if (digits && !known.length) return null;
	const total = known.reduce((one, other) => one + other, 0);
	return digits ? total / known.length : total;
}

function Chart({title, days, measures}: {title: string; days: Day[]; measures: Measure[]}) {
	const t = useTexts();
	const [pointed, setPointed] = useState<number | null>(null);
	const day = pointed === null ? undefined : days[pointed];
	const totals = say(measures, (measure) => sum(days, measure));
	return (
		<figure class="chart card-quiet">
			<figcaption>
				<h2>{title}<span class="muted"> · {t('kpi.days')}</span></h2>
				<span class="chart-legend">{measures.map(({label, colour}) => <span key={label}><i class={`chart-key key${colour}`} />{label}</span>)}</span>
			</figcaption>
			<Canvas label={t('charts.about', {title, values: totals})} days={days} measures={measures} onPoint={setPointed} />
			<p class="chart-at muted" aria-hidden="true">{day ? t('charts.at', {day: dateOnly(`${day.day}T12:00:00`), values: say(measures, ({value}) => value(day))}) : totals}</p>
			<details>
				<summary>{t('charts.table')}</summary>
				<div class="chart-table" tabIndex={0} role="region" aria-label={title}><Table title={title} days={days} measures={measures} /></div>
			</details>
		</figure>
	);
}

function Canvas({label, days, measures, onPoint}: {label: string; days: Day[]; measures: Measure[]; onPoint: (at: number | null) => void}) {
	const box = useRef<HTMLDivElement>(null);
	const look = useValue(theme);
	const code = useValue(language);
	const dark = useDark();
	const made = useMemo(() => JSON.stringify([days, code]), [days, code]);
	useEffect(() => {
		let chart: drawing.Drawing | undefined;
		let gone = false;
		const watch = new ResizeObserver(() => chart?.resize());
		void (import(CHARTS_URL) as Promise<typeof drawing>).then(({draw}) => {
			if (gone || !box.current) return;
			const style = getComputedStyle(box.current);
			const colour = (name: string) => style.getPropertyValue(name).trim();
			const lines = measures.map((measure) => ({label: measure.label, values: days.map(measure.value), colour: colour(measure.colour), bars: measure.bars === true}));
			chart = draw(box.current, days.map(({day}) => dayMonth(`${day}T12:00:00`)), lines,
				{text: colour('--b-muted'), grid: colour('--b-line'), font: `11px ${style.fontFamily}`}, onPoint);
			watch.observe(box.current);
		}, fail);
		return () => {
			gone = true;
			watch.disconnect();
			chart?.destroy();
		};
	}, [made, look, dark]);
	return <div ref={box} class="chart-box" role="img" aria-label={label} />;
}

// The system's wish, which the automatic theme follows.
function useDark(): boolean {
	const [dark, setDark] = useState(matchMedia('(prefers-color-scheme: dark)').matches);
	useEffect(() => {
		const media = matchMedia('(prefers-color-scheme: dark)');
		const call = () => setDark(media.matches);
		media.addEventListener('change', call);
		return () => media.removeEventListener('change', call);
	}, []);
	return dark;
}

function Table({title, days, measures}: {title: string; days: Day[]; measures: Measure[]}) {
	const t = useTexts();
	return (
		<table>
			<caption class="visually-hidden">{title}</caption>
			<thead><tr><th scope="col">{t('charts.day')}</th>{measures.map(({label}) => <th key={label} scope="col">{label}</th>)}</tr></thead>
			<tbody>
				{[...days].reverse().map((day) => (
					<tr key={day.day}>
						<th scope="row">{dateOnly(`${day.day}T12:00:00`)}</th>
						{measures.map(({label, value, digits}) => {
							const amount = value(day);
							return <td key={label}>{amount === null ? '–' : formatNumber(language.get(), amount, digits)}</td>;
						})}
					</tr>
				))}
			</tbody>
		</table>
	);
}
