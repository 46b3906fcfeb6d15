// To and Cc: chosen among the people who take part in the thread.
import type {Address} from '../types';

export interface Recipients {
	to: string[];
	cc: string[];
}

export type Field = keyof Recipients;

function same(one: string, other: string): boolean {
	return one.toLowerCase() === other.toLowerCase();
}

export function nameOf(address: string, people: Address[]): string {
	return people.find((each) => same(each.address, address))?.name ?? '';
}

// Who could be written to besides.
export function freePeople(people: Address[], {to, cc}: Recipients): Address[] {
	return people.filter(({address}) => ![...to, ...cc].some((each) => same(each, address)));
}

export function withRecipient(now: Recipients, field: Field, address: string): Recipients {
	const rest = withoutRecipient(now, address);
	return {...rest, [field]: [...rest[field], address]};
}

export function withoutRecipient({to, cc}: Recipients, address: string): Recipients {
	return {to: to.filter((each) => !same(each, address)), cc: cc.filter((each) => !same(each, address))};
}

// Those of a kept draft who still take part; USUAL when none is left.
export function keptRecipients(kept: {to: string[] | null; cc: string[] | null}, usual: Recipients, people: Address[]): Recipients {
	const known = (list: string[] | null) => (list ?? []).filter((address) => people.some((each) => same(each.address, address)));
	const to = known(kept.to);
	const cc = known(kept.cc);
	return kept.to === null || !to.length && !cc.length ? usual : {to, cc};
}
