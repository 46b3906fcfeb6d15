// Whether a series of measurements grows: by the slope of Theil and Sen, the median of the slopes between all pairs, which a few peaks do not bend.

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// points: [x, y]. In units of y for each unit of x; 0 for fewer than two points.
export function slope(points) {
	const slopes = points.flatMap(([x, y], i) => points.slice(i + 1).filter(([later]) => later !== x).map(([later, value]) => (value - y) / (later - x)));
	return slopes.length ? median(slopes) : 0;
}

// {median, top, growth, grows}: growth is what the slope makes of the whole stretch; it counts when it is beyond LEAST (in units of y) and a tenth of the median.
export function judge(points, least) {
	if (!points.length) return {median: 0, top: 0, growth: 0, grows: false};
	const values = points.map(([, y]) => y), middle = median(values);
	const growth = slope(points) * (points.at(-1)[0] - points[0][0]);
	return {median: middle, top: Math.max(...values), growth, grows: growth > Math.max(least, middle / 10)};
}
