"""Who the module is, and what it always says."""

from tools.simulator.modem.commands import table

_FIXED = (  # names, lines
    (("+CGMI", "+GMI"), lambda modem: ["SIMCOM_Ltd"]),
    (("+CGMM", "+GMM"), lambda modem: [f"SIMCOM_{modem.model_name}"]),
    (("+CGMR", "+GMR"), lambda modem: [modem.revision]),
    (("+GSV",), lambda modem: ["\r\n".join(("SIMCOM_Ltd", f"SIMCOM_{modem.model_name}", modem.revision))]),
    (("+GSN", "+CGSN"), lambda modem: [modem.imei]),
)
for _names, _tell in _FIXED:
    table.execute(*_names)(_tell)
    for _name in _names:
        table.test(_name)

table.execute("")(lambda modem: [])
table.execute("I")(lambda modem: [f"{modem.model} R14.18"])
table.execute("+CBC")(lambda modem: ["+CBC: 0,95,4134"])
table.test("+CBC", "+CBC: (0-2),(1-100),(voltage)")
table.execute("+GCAP")(lambda modem: ["+GCAP: +FCLASS,+CGSM"])
table.test("+GCAP")
