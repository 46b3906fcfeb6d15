// A mail's style sheets in its frame. Those made by script ask for their pictures without a referrer; <style> and style=""
// would name our address.

// Puts SHEETS into INSIDE, in this order, and takes styles that ask for pictures from BODY's elements along.
export function adoptStyles(inside: Document, sheets: string[], body: HTMLElement): void {
	const Sheet = (inside.defaultView as (Window & typeof globalThis) | null)?.CSSStyleSheet;
	try {
		inside.adoptedStyleSheets = [...sheets.map((css) => sheetOf(new Sheet!(), css)), inlineSheet(new Sheet!(), body)];
	} catch { // an older browser
		inside.head.replaceChildren(...sheets.map((css) => {
			const style = inside.createElement('style');
			style.textContent = css;
			return style;
		}));
	}
}

function sheetOf(sheet: CSSStyleSheet, css: string): CSSStyleSheet {
	sheet.replaceSync(css);
	return sheet;
}

// One rule for each element whose style="" has an address in it, as strong as that was.
function inlineSheet(sheet: CSSStyleSheet, body: HTMLElement): CSSStyleSheet {
	body.querySelectorAll('[style*=":"][style*="/"]').forEach((element, at) => {
		sheet.insertRule(`:is(#a#a#a#a, [data-belfry="${at}"]) {}`, at);
		(sheet.cssRules[at] as CSSStyleRule).style.cssText = element.getAttribute('style') ?? '';
		element.setAttribute('data-belfry', String(at));
		element.removeAttribute('style');
	});
	return sheet;
}
