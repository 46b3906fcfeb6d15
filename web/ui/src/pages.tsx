// The pages beside the desk: which screen each is, and whose. A page without a screen does not exist, and no menu names it.
import type {ComponentType} from 'preact';
import {CustomersScreen} from './customers/Customers';
import {OrdersScreen} from './orders/Orders';
import {ProfileScreen} from './profile/Profile';
import type {PageName} from './router';
import {TeamScreen} from './team/Team';
import {AnsweringScreen} from './screens/Answering';
import {ContactsScreen} from './screens/Contacts';
import {OrderMessagesScreen} from './screens/OrderMessages';
import {RetentionScreen} from './screens/Retention';
import {SpamScreen} from './screens/Spam';
import {SqlScreen} from './sql/SqlManager';
import type {Session} from './types';

export interface PageProps {
	id: number | 'new' | null; // of /NAME/ID
	search: string;
}

export interface PageEntry {
	screen: ComponentType<PageProps>;
	roles: readonly Session['role'][];
}

const ADMIN = ['admin'] as const;
const ALL = ['admin', 'agent', 'viewer'] as const;

export const pages: Partial<Record<PageName, PageEntry>> = {
	'customers': {screen: CustomersScreen, roles: ALL},
	'orders': {screen: OrdersScreen, roles: ALL},
	'contacts': {screen: ContactsScreen, roles: ADMIN},
	'answering': {screen: AnsweringScreen, roles: ADMIN},
	'spam': {screen: SpamScreen, roles: ADMIN},
	'retention': {screen: RetentionScreen, roles: ADMIN},
	'order-messages': {screen: OrderMessagesScreen, roles: ADMIN},
	'sql': {screen: SqlScreen, roles: ADMIN},
	'team': {screen: TeamScreen, roles: ADMIN},
	'profile': {screen: ProfileScreen, roles: ALL},
};

export {ADMIN, ALL};
