import {useEffect, useState} from 'preact/hooks';

// Seconds left; not read out, second by second.
export function Countdown({until}: {until: number}) {
	const [now, setNow] = useState(Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), 250);
		return () => clearInterval(timer);
	}, []);
	return <span class="toast-seconds" aria-hidden="true">{Math.max(0, Math.ceil((until - now) / 1000))}</span>;
}
