// Files that the browser saves.
import {recall, remember} from '../store';

export function saveFile(content: Blob, name: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(content);
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Whether CSV begins with a byte order mark, without which some spreadsheets misread it: on, until somebody chooses otherwise.
export function wantsMark(): boolean {
	return recall('csv.mark') !== 'no';
}

export function setMark(wanted: boolean): void {
	remember('csv.mark', wanted ? 'yes' : 'no');
}
