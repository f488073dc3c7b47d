"""The status page (R8): what everybody can see, made from rows into a whole site, served and written as files.

`picture` says what is shown, `rendering` makes a site of it, `answering` and `serving` give it to browsers, `copying`
writes it into a folder.  Only `answering` and `serving` import the web server's libraries: nothing else pays for them.
"""
