// What the command palette offers: what the screens that are open can do now, besides the places to go to.
export interface Command {
	id: string;
	text: string;
	group: string; // what it belongs to, as a person says it
	run: () => void;
}

const offers = new Set<() => Command[]>();

// CALL tells, when the palette opens, what can be done; until the returned function is called.
export function offerCommands(call: () => Command[]): () => void {
	offers.add(call);
	return () => offers.delete(call);
}

export function offeredCommands(): Command[] {
	return [...offers].flatMap((call) => call());
}
