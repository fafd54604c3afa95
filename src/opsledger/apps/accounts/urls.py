from django.urls import path

from opsledger.apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("me/", views.me, name="me"),
    path("me/password/", views.password, name="password"),
    path("messages/", views.notices, name="notices"),
    path("messages/<int:notice_id>/", views.open_notice, name="notice"),
    path("admin/users/", views.users, name="users"),
    path("admin/users/new/", views.new_user, name="new_user"),
    path("admin/users/<int:user_id>/", views.user, name="user"),
    path("c/<slug:slug>/people/", views.people, name="people"),
]
