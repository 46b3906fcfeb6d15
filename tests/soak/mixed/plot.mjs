// Draws measurements over time as an SVG: a panel for each group of series.

const colours = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#8c564b'];
const width = 900, height = 220, left = 60, right = 150, top = 30, bottom = 30;

// A step of 1, 2 or 5 times a power of ten, of which four or so reach LIMIT.
function stepOf(limit) {
	const power = 10 ** Math.floor(Math.log10(limit / 4));
	return power * [1, 2, 5, 10].find((factor) => factor * power * 4 >= limit);
}

const line = (x1, y1, x2, y2) => `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#ddd"/>`;
const label = (x, y, anchor, text, colour = '#333') => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${text}</text>`;

// rows: samples; names: their columns, each {name: label}; at ORIGIN down the page.
function panel({title, series}, rows, origin) {
	const last = Math.max(rows.at(-1)?.seconds ?? 0, 1), floor = origin + height - bottom;
	const highest = Math.max(1, ...Object.keys(series).flatMap((name) => rows.map((row) => row[name] ?? 0)));
	const x = (seconds) => left + seconds / last * (width - left - right);
	const y = (value) => floor - value / (highest * 1.05) * (height - top - bottom);
	const parts = [label(left, origin + 18, 'start', title)];
	for (let value = 0; value <= highest; value += stepOf(highest)) parts.push(line(left, y(value), width - right, y(value)), label(left - 6, y(value) + 4, 'end', String(+value.toFixed(3))));
	for (let minute = 0; minute * 60 <= last; minute += stepOf(last / 60)) parts.push(label(x(minute * 60), floor + 16, 'middle', `${+minute.toFixed(3)} min`));
	Object.entries(series).forEach(([name, shown], i) => {
		const points = rows.filter((row) => row[name] !== undefined).map((row) => `${x(row.seconds).toFixed(1)},${y(row[name]).toFixed(1)}`);
		parts.push(`<polyline points="${points.join(' ')}" fill="none" stroke="${colours[i % colours.length]}" stroke-width="1.3"/>`,
			label(width - right + 10, origin + top + 16 * i + 10, 'start', shown, colours[i % colours.length]));
	});
	return parts.join('\n');
}

// panels: [{title, series: {column: label}}]. The SVG's text.
export function plot(panels, rows) {
	const whole = panels.length * height;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${whole}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${whole}" fill="#fff"/>
${panels.map((one, i) => panel(one, rows, i * height)).join('\n')}
</svg>
`;
}
