"""Where django-helpdesk's pages would be: its mails name them."""

from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls"))]
