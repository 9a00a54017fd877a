"""The door: how people sign in, and what protects it. Everything here extends django-allauth."""
