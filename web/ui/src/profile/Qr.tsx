// A QR code as SVG: one path of squares, dark on light in either theme, as scanners want it.
import {useEffect, useState} from 'preact/hooks';
import {fail} from '../hooks';
import type * as drawing from '../squares';

declare const SQUARES_URL: string;

export function Qr({text, label}: {text: string; label: string}) {
	const [squares, setSquares] = useState<drawing.Squares | null>(null);
	useEffect(() => {
		void (import(SQUARES_URL) as Promise<typeof drawing>).then(({squaresOf}) => setSquares(squaresOf(text)), fail);
	}, [text]);
	if (!squares) return null;
	const {side, path} = squares;
	return (
		<svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} shape-rendering="crispEdges">
			<rect class="qr-light" width={side} height={side} />
			<path class="qr-dark" d={path} />
		</svg>
	);
}
