import {Component, h, type ComponentType, type FunctionComponent} from 'preact';

// Draws INNER again only when one of its props is another value.
export function memo<P extends object>(inner: FunctionComponent<P>): ComponentType<P> {
	return class Memo extends Component<P> {
		shouldComponentUpdate(next: Readonly<P>): boolean {
			const names = new Set([...Object.keys(next), ...Object.keys(this.props)]) as Set<keyof P>;
			return [...names].some((name) => next[name] !== this.props[name]);
		}

		render() {
			return h(inner as FunctionComponent<object>, this.props);
		}
	};
}
