// A QR code as SVG: one path of squares, dark on light in either theme, as scanners want it.
import qrcode from 'qrcode-generator';

const QUIET = 4; // modules of light around it

export function Qr({text, label}: {text: string; label: string}) {
	const code = qrcode(0, 'M');
	code.addData(text);
	code.make();
	const size = code.getModuleCount();
	const squares: string[] = [];
	for (let row = 0; row < size; row++)
		for (let column = 0; column < size; column++)
			if (code.isDark(row, column)) squares.push(`M${column + QUIET} ${row + QUIET}h1v1h-1z`);
	const side = size + 2 * QUIET;
	return (
		<svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} shape-rendering="crispEdges">
			<rect class="qr-light" width={side} height={side} />
			<path class="qr-dark" d={squares.join('')} />
		</svg>
	);
}
