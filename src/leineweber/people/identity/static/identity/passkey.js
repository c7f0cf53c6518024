// Passkeys: a form with data-passkey="get" or "create" asks the browser for a passkey before it is sent.
// Without this script, or where the browser cannot do it, the form stays hidden and the other ways remain.

const toBytes = (text) => {
  const base = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base), (character) => character.charCodeAt(0));
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const decode = (options) => {
  const result = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) result.user = { ...options.user, id: toBytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) result[list] = options[list].map((item) => ({ ...item, id: toBytes(item.id) }));
  }
  return result;
};

const encode = (credential) => {
  const { response } = credential;
  const answer = {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: toText(response.clientDataJSON) },
  };
  if (response.attestationObject) answer.response.attestationObject = toText(response.attestationObject);
  if (response.authenticatorData) answer.response.authenticatorData = toText(response.authenticatorData);
  if (response.signature) answer.response.signature = toText(response.signature);
  if (response.userHandle) answer.response.userHandle = toText(response.userHandle);
  return answer;
};

const ask = async (form) => {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const reply = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRFToken": token } });
  const options = await reply.json();
  if (!reply.ok) throw new Error(options.message);
  const publicKey = decode(options.publicKey);
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey })
    : navigator.credentials.get({ publicKey });
};

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const message = form.querySelector("[data-passkey-message]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      message.textContent = "";
      try {
        form.elements.antwort.value = JSON.stringify(encode(await ask(form)));
        form.submit();
      } catch (error) {
        message.textContent = error instanceof DOMException ? form.dataset.cancelled : error.message;
      }
    });
  }
}
