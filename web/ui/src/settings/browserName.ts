// "Firefox, Linux" of what a browser says about itself; what is unknown stays as it is.
const BROWSERS: [RegExp, string][] = [
	[/\bEdg(?:e|A|iOS)?\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bFirefox\/|\bFxiOS\//, 'Firefox'], [/\bChrom(?:e|ium)\/|\bHeadlessChrome\/|\bCriOS\//, 'Chrome'],
	[/\bSafari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
	[/\bAndroid\b/, 'Android'], [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bWindows\b/, 'Windows'], [/\bMac OS X\b/, 'macOS'], [/\bLinux\b/, 'Linux'],
];

export function browserName(agent: string): string {
	const find = (names: [RegExp, string][]) => names.find(([pattern]) => pattern.test(agent))?.[1];
	const browser = find(BROWSERS);
	const system = find(SYSTEMS);
	return browser ? [browser, system].filter(Boolean).join(', ') : agent.slice(0, 60) || '?';
}
