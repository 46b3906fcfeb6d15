// The bell's number where it is seen from another tab: in the title and on the favicon.

export function titleText(count: number, page: string): string {
	return `${count > 0 ? `(${count}) ` : ''}${page ? `${page} · ` : ''}Belfry`;
}

export function badgeText(count: number): string {
	if (count <= 0) return '';
	return count > 99 ? '99+' : String(count);
}

// The bell as an image, its number in the corner.
export function faviconUrl(count: number): string {
	const text = badgeText(count);
	const size = [0, 17, 15, 12][text.length];
	const badge = text && `<rect x="${[0, 14, 9, 6][text.length]}" y="13" width="${[0, 18, 23, 26][text.length]}" height="19" rx="6" fill="#c62828"/>`
		+ `<text x="${[0, 23, 20.5, 19][text.length]}" y="${[0, 28.5, 28, 27][text.length]}" font-family="sans-serif" font-weight="700" font-size="${size}" text-anchor="middle" fill="#fff">${text}</text>`;
	const bell = '<rect width="32" height="32" rx="7" fill="#262b33"/><path d="M16 5.5a1.9 1.9 0 0 0-1.9 1.9v.5C10.9 8.8 9 11.6 9 15v4.6L7 22.5v1h18v-1l-2-2.9V15'
		+ 'c0-3.4-1.9-6.2-5.1-7.1v-.5A1.9 1.9 0 0 0 16 5.5zM13.3 25a2.7 2.7 0 0 0 5.4 0z" fill="#e0a070"/>';
	return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${bell}${badge}</svg>`)}`;
}

export function showCount(count: number, page: string): void {
	document.title = titleText(count, page);
	const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
	const url = faviconUrl(count);
	if (icon && icon.href !== url) icon.href = url;
}
