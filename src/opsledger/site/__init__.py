"""The assembled site: settings, urls, subscriptions, navigation, base templates."""
