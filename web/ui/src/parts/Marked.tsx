// A text in which every second part is a mark.
export function Marked({parts}: {parts: string[]}) {
	return <>{parts.map((part, at) => (at % 2 ? <mark key={at}>{part}</mark> : part))}</>;
}
