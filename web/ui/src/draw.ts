// Draws charts with uPlot: a file of its own, which the desk asks for when somebody looks at the charts.
import uPlot from 'uplot';

export interface Line {
	label: string;
	values: (number | null)[];
	colour: string;
	bars?: boolean;
}

export interface Look {
	text: string;
	grid: string;
	font: string;
}

export interface Drawing {
	resize: () => void;
	destroy: () => void;
}

// LABELS: along the axis, one a value; POINTED is told which one the pointer is at, null when it has gone.
export function draw(box: HTMLElement, labels: string[], lines: Line[], look: Look, pointed: (at: number | null) => void): Drawing {
	const size = () => ({width: Math.max(120, box.clientWidth), height: 150});
	const axis = {stroke: look.text, font: look.font, grid: {stroke: look.grid, width: 1}, ticks: {show: false}, gap: 4};
	const plot = new uPlot({
		...size(),
		legend: {show: false},
		cursor: {y: false, points: {show: true}, drag: {x: false, y: false}},
		scales: {x: {time: false, range: [-0.5, labels.length - 0.5]}, y: {range: (_, __, most) => [0, Math.max(1, most * 1.08)]}},
		axes: [
			{...axis, grid: {show: false}, space: 60, values: (_, splits) => splits.map((at) => labels[at] ?? ''), incrs: [1, 2, 5, 7, 10, 15], size: 24},
			{...axis, size: 44, space: 34, values: (_, splits) => splits.map((amount) => amount.toLocaleString(document.documentElement.lang))},
		],
		series: [{}, ...lines.map(({label, colour, bars}): uPlot.Series => ({
			label,
			stroke: colour,
			width: bars ? 0 : 2,
			fill: bars ? colour : `${colour}1f`,
			points: {show: false},
			...(bars ? {paths: uPlot.paths.bars!({size: [0.6, 24]})} : {}),
		}))],
		hooks: {setCursor: [(chart) => pointed(chart.cursor.idx ?? null)]},
	}, [labels.map((_, at) => at), ...lines.map(({values}) => values)], box);
	return {resize: () => plot.setSize(size()), destroy: () => plot.destroy()};
}
