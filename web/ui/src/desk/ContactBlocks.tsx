import {useTexts} from '../i18n';
import {Icon} from '../parts/icons';
import {threadPath} from '../router';
import {session, useValue} from '../store';
import type {ContactBlock} from '../types';

// One block a contact: what waits there, with a link to the message waiting longest.
export function ContactBlocks({blocks}: {blocks: ContactBlock[] | null}) {
	const t = useTexts();
	const several = (useValue(session)?.shops.length ?? 0) > 1;
	return (
		<section class="contacts" aria-label={t('contacts')}>
			{(blocks ?? []).map((block) => (
				<div class="contact card-quiet" key={block.id} data-contact={block.id}>
					<h2>{block.name}{several && <span class="muted"> · {block.shop.name}</span>}</h2>
					<p class="muted contact-about" title={block.description}>{block.description}</p>
					{block.open > 0 && block.thread
						? <a class="contact-new" href={threadPath(block.thread, block.message)}><Icon name="envelope" />{t('contact.new', {n: block.open})}</a>
						: <span class="contact-none muted">{t('contact.none')}</span>}
				</div>
			))}
		</section>
	);
}
