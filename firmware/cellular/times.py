"""What a modem says of the time. Pure."""

import dates


def parse_network_time(line):
    """(UTC seconds, zone in quarters) of `*PSUTTZ: 2021,7,23,4,43,49,"+12",1`; the last field is nonsense at times."""
    try:
        numbers = [int(part) for part in line[8:].replace(b'"', b"").split(b",")[:7]]
    except ValueError:
        return None
    if len(numbers) < 7 or not 2020 <= numbers[0] < 2100 or abs(numbers[6]) > 56:
        return None
    moment = dates.seconds(numbers[0] - 2000, *numbers[1:6])
    return None if moment is None else (moment, numbers[6])


def parse_zone(line):
    """(UTC seconds, zone in quarters) of `+CTZV: +32,08/12/09,17:00:00,1`; None when it tells the zone alone."""
    fields = line[6:].split(b",")
    if len(fields) < 3:
        return None
    try:
        day, hour = [[int(part) for part in field.split(mark)] for field, mark in ((fields[1], b"/"), (fields[2], b":"))]
        zone = int(fields[0].strip(b' "'))
    except ValueError:
        return None
    if len(day) != 3 or len(hour) != 3 or not 20 <= day[0] < 70 or abs(zone) > 56:
        return None
    moment = dates.seconds(*day, *hour)
    return None if moment is None else (moment, zone)


def parse_clock(line):
    """(UTC seconds, zone in quarters) of a +CCLK line, local time plus zone; None when it is not set (a year before 20)."""
    text = line.split(b'"')[1] if line.count(b'"') > 1 else b""
    try:
        numbers = [int(text[i : i + 2]) for i in range(0, 18, 3)]
        zone = int(text[17:20])
    except ValueError:
        return None
    if not 20 <= numbers[0] < 70 or abs(zone) > 56:
        return None
    local = dates.seconds(*numbers)
    return None if local is None else (local - zone * 900, zone)


def clock_line(local, zone):
    """The command that sets the modem's clock: local seconds since 2000, zone in quarter hours."""
    return b'AT+CCLK="%s%+03d"' % (dates.text(local).encode(), zone)
