# Runs a server for as long as someone uses it.
# $1: the cluster's folder; the rest: the server and its arguments; standard input: the FIFO.
cd "$1" || exit
shift
exec 3<&0 </dev/null >>postgres.log 2>&1
# A terminal that closes, or an operator who ends everything at once, must not leave the server unwatched.
trap '' HUP TERM
{
    "$@" 3<&- &
    server=$!
    {
        # Each user names a file that is made in answer, so that it knows that it came in time.
        while read -r answer; do true >"$answer"; done
        # The last user is gone. From here on, nobody finds a reader.
        exec </dev/null
        # A server that has only just begun does not hear the first signal.
        tries=0
        while [ $tries -lt 100 ] && kill -INT $server; do
            tries=$((tries + 1))
            sleep 0.1
        done
    } <&3 3<&- 2>/dev/null &
    reader=$!
    exec 3<&-
    wait $server
    kill -KILL $reader 2>/dev/null
} &
