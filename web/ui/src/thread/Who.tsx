// Who wrote a message, shown so that nobody is fooled.
import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import type {Address, Message} from '../types';

export function isDisguised({warnings}: Message): boolean {
	return warnings.some(({grave}) => grave);
}

export function addresses(list: Address[]): string {
	return list.map(({name, address}) => (name ? `${name} <${address}>` : address)).join(', ');
}

function firstOf(list: Address[]): string {
	return addresses(list.slice(0, 20)) + (list.length > 20 ? ', …' : '');
}

// Where the name is a guise, the address stands in its place. <bdi>: a name in another direction turns around nothing but itself.
export function Author({message, name}: {message: Message; name: string}) {
	const t = useTexts();
	const address = message.kind === 'customer' ? message.from?.address : undefined;
	if (!address || address === name) return <strong><bdi>{name}</bdi></strong>;
	if (!isDisguised(message)) return <><strong><bdi>{name}</bdi></strong><bdi class="muted message-address">{address}</bdi></>;
	return <><strong><bdi>{address}</bdi></strong><span class="muted message-address">{t('who.calls', {name: `\u2068${name}\u2069`})}</span></>;
}

export function Warnings({message}: {message: Message}) {
	const t = useTexts();
	const {warnings, authors, via, reply_to: replyTo} = message;
	if (!warnings.length) return via && <p class="muted who-via">{t('who.via', {detail: addresses([via])})}</p>;
	const answers = replyTo.length > 0 && !via ? firstOf(replyTo) : '';
	return (
		<div class={`banner who-warnings ${isDisguised(message) ? 'banner-warn' : ''}`} role="note">
			<Icon name="warn" />
			<ul>
				{warnings.map(({kind, detail}) => <li key={kind}>{t(`who.${kind}`, {detail: kind === 'several_authors' ? firstOf(authors) : detail})}</li>)}
				{via && <li>{t('who.via', {detail: addresses([via])})}</li>}
				{answers && <li>{t('who.answers', {detail: answers})}</li>}
			</ul>
		</div>
	);
}
