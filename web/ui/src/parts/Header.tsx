import {useTexts} from '../i18n';
import {link, useValue} from '../store';
import {BellPanel} from './BellPanel';
import {EmployeeMenu} from './EmployeeMenu';
import {Icon} from './icons';
import {Menu} from './Menu';

// On every page: name, navigation, the connection's state, the bell, the employee.
export function Header() {
	return (
		<header class="top">
			<a class="brand" href="/" aria-label="Belfry"><Icon name="bell" /><span>Belfry</span></a>
			<Menu />
			<LinkState />
			<BellPanel />
			<EmployeeMenu />
		</header>
	);
}

function LinkState() {
	const t = useTexts();
	const now = useValue(link);
	const shown = now === 'lost' || now === 'back';
	return (
		<div class="link-state" role="status" aria-live="polite" data-link={now}>
			{shown && <span class={`link-${now}`}><Icon name={now === 'lost' ? 'unlink' : 'check'} /><span>{t(`link.${now}`)}</span></span>}
		</div>
	);
}
