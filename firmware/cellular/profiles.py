"""What differs between modems, as data: one profile a family, chosen by the answer to ATI (R20.17). No code beyond `choose`.

SIM800: SIM800 AT manual V1.12; numbers in brackets are its sections. The others: see docs/modem.md.
"""

_NEEDED = (  # these must work; one that is refused again and again is done without; request, ms
    (b"AT+CMGF=0", 5000),  # PDU mode: a body can never look like OK or +CMTI
    (b"AT+CNMI=2,1,0,0,0", 2000),  # store, then notify: what we miss is still there
    (b'AT+CPMS="SM","SM","SM"', 9000),
    (b"AT+CREG=1", 2000),
)
_OPTIONS = (
    (b'AT+CSCS="GSM"', 1000),  # HEX makes networks refuse USSD
    (b"AT+CLIP=1", 15000),
    (b"AT+CUSD=1", 1000),
    (b"AT+COLP=0", 15000),  # ATD answers at once
    (b"AT+CSCLK=0", 1000),  # asleep it loses the first characters
    (b"ATS0=0", 1000),  # never answer by itself
)


class SIM800:
    """SIM800L, SIM800C and everything that is not known."""

    name = "SIM800"
    models = (b"SIM800", b"SIM808", b"SIM868", b"SIM900")
    speed = (b"AT+IPR?", b"+IPR:", b"AT+IPR=115200")  # question, head of its answer, what fixes it for good (with AT&W)
    network_time = (b"AT+CLTS?", b"+CLTS:", b"AT+CLTS=1")  # the same
    needed = _NEEDED  # redone after every restart: CLIP, CPMS, CUSD and CSDH are never saved [1.7.1]
    options = _OPTIONS + (
        (b"AT+MORING=1", 1000),  # MO CONNECTED
        (b"AT+CBATCHK=1", 1000),  # say so before dying of a low supply
    )
    registration = (b"+CREG",)
    services = ()  # values of AT+CGSMS to try when the network takes no text
    hang_up = b"ATH"
    off = b"AT+CPOWD=1"
    restart = b"AT+CFUN=1,1"
    key_on_ms = 1200  # PWRKEY low for at least 1 s
    key_off_ms = 0  # the same press switches it off
    reset_ms = 150  # RST low for at least 105 ms
    boot_s = 8  # from the key until it answers
    send_ms = 60000
    begin_is_answer = False  # `VOICE CALL: BEGIN`
    tells_answer = True  # it knows whether a call was taken
    clock_is_network = False  # its clock means nothing before it is registered


class SIM7600(SIM800):
    """SIM7500 and SIM7600 (Qualcomm). SMS over LTE, 3G or 2G."""

    name = "SIM7600"
    models = (b"SIM7600", b"SIM7500")
    speed = (b"AT+IPREX?", b"+IPREX:", b"AT+IPREX=115200")
    network_time = (b"AT+CTZU?", b"+CTZU:", b"AT+CTZU=1")
    options = _OPTIONS + (
        (b"AT+CTZR=1", 1000),  # +CTZV when the zone changes
        (b"AT+CEREG=1", 1000),
        (b"AT+CVALARM=1,3400,4300", 1000),  # mV
    )
    registration = (b"+CREG", b"+CEREG")
    services = (b"2", b"3")  # packet domain preferred, circuit preferred
    hang_up = b"AT+CHUP"  # ATH does nothing while CVHU=1
    off = b"AT+CPOF"
    restart = b"AT+CRESET"
    key_on_ms = 1100
    key_off_ms = 3200
    reset_ms = 2700
    boot_s = 25
    send_ms = 65000  # over IMS it gives up after 60 s
    begin_is_answer = True
    clock_is_network = True


class A7670(SIM7600):
    """A7670, A7672, A7608 and others with ASR chips. SMS over LTE or 2G."""

    name = "A7670"
    models = (b"A7670", b"A7672", b"A7608", b"A7680", b"A7682", b"A7600")
    boot_s = 12
    begin_is_answer = False  # it comes with the ringing tone
    tells_answer = False


PROFILES = (A7670, SIM7600, SIM800)


def choose(lines):
    """The profile for the lines that ATI answers, None when no family is known."""
    for profile in PROFILES:
        for model in profile.models:
            if any([model in line for line in lines]):
                return profile
    return None
