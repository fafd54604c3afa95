from django.urls import path

from opsledger.apps.accounts import token_views, views

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("me/", views.me, name="me"),
    path("me/password/", views.password, name="password"),
    path("me/tokens/", token_views.mine, name="tokens"),
    path("me/tokens/<int:token_id>/revoke/", token_views.revoke_mine, name="revoke_token"),
    path("messages/", views.notices, name="notices"),
    path("messages/news/", views.news, name="news"),
    path("messages/<int:notice_id>/", views.open_notice, name="notice"),
    path("admin/users/", views.users, name="users"),
    path("admin/users/new/", views.new_user, name="new_user"),
    path("admin/users/<int:user_id>/", views.user, name="user"),
    path(
        "admin/users/<int:user_id>/tokens/<int:token_id>/revoke/",
        token_views.revoke_of,
        name="revoke_token_of",
    ),
    path("c/<slug:slug>/people/", views.people, name="people"),
]
