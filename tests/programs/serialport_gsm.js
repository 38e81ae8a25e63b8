// serialport-gsm (npm) at a terminal: says in JSON lines what it meets. node serialport_gsm.js PATH
const modem = require("serialport-gsm").Modem();
const say = (what, data) => console.log(JSON.stringify({ what, data }));
const options = {
  baudRate: 115200, dataBits: 8, stopBits: 1, parity: "none", rtscts: false, xon: false, xoff: false, xany: false,
  autoDeleteOnReceive: true, enableConcatenation: true, incomingCallIndication: true, incomingSMSIndication: true,
  pin: "", customInitCommand: "", cnmiCommand: "AT+CNMI=2,1,0,1,0",
};
modem.on("open", () => {
  modem.initializeModem((result) => {
    say("ready", result);
    modem.setModemMode((result) => {
      say("mode", result);
      modem.getModemSerial((result) => say("serial", result));
      modem.sendSMS("358409999999", "From serialport-gsm é€", false, (result) => say("send", result));
    }, "PDU");
  });
});
modem.on("onNewMessage", (message) => say("message", message));
modem.on("onNewIncomingCall", (call) => say("call", call));
modem.open(process.argv[2], options, (error) => error && say("error", String(error)));
