"""The securities that texts name, whether their source marked them or not."""
