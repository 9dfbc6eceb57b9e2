// The one script of Netral: it hands the page's options to the device and puts
// the device's answer into the form. It talks to nobody; the form is sent as
// any other. Without it the page says what else can be done.
"use strict";
(() => {
  const form = document.querySelector("form[data-kunci]");
  if (!form) return;
  const say = (name) => {
    for (const p of document.querySelectorAll("[data-say]")) p.hidden = p.dataset.say !== name;
  };
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => {
    let s = "";
    for (const b of new Uint8Array(buffer)) s += String.fromCharCode(b);
    return btoa(s).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  if (!window.PublicKeyCredential) {
    say("none");
    return;
  }
  const create = form.dataset.kunci === "create";
  const options = JSON.parse(form.dataset.options).publicKey;
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const c of list || []) c.id = bytes(c.id);
  }
  const run = async () => {
    say("wait");
    try {
      const c = await (create ? navigator.credentials.create({ publicKey: options }) : navigator.credentials.get({ publicKey: options }));
      const r = c.response;
      const answer = { id: c.id, rawId: text(c.rawId), type: c.type, clientExtensionResults: c.getClientExtensionResults(), response: { clientDataJSON: text(r.clientDataJSON) } };
      if (c.authenticatorAttachment) answer.authenticatorAttachment = c.authenticatorAttachment;
      if (create) {
        answer.response.attestationObject = text(r.attestationObject);
        if (r.getTransports) answer.response.transports = r.getTransports();
      } else {
        answer.response.authenticatorData = text(r.authenticatorData);
        answer.response.signature = text(r.signature);
        if (r.userHandle) answer.response.userHandle = text(r.userHandle);
      }
      form.elements.answer.value = JSON.stringify(answer);
      form.submit();
    } catch (e) {
      say("failed");
    }
  };
  const button = form.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", (e) => {
    e.preventDefault();
    run();
  });
  say("ready");
})();
