// A QR code's squares: a file of its own, which setting up two-step log-in asks for.
import qrcode from 'qrcode-generator';

const QUIET = 4; // modules of light around it

export interface Squares {
	side: number; // modules
	path: string; // of the dark ones, as SVG
}

export function squaresOf(text: string): Squares {
	const code = qrcode(0, 'M');
	code.addData(text);
	code.make();
	const size = code.getModuleCount();
	const dark: string[] = [];
	for (let row = 0; row < size; row++)
		for (let column = 0; column < size; column++)
			if (code.isDark(row, column)) dark.push(`M${column + QUIET} ${row + QUIET}h1v1h-1z`);
	return {side: size + 2 * QUIET, path: dark.join('')};
}
