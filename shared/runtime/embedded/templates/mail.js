// Says that new mail came in; the reader decides when the list moves.
const found = document.body.dataset.found;
if (found !== undefined) {
  const asked = new URLSearchParams(location.search);
  asked.set("limit", "0");
  asked.delete("page");
  setInterval(async () => {
    const answer = await fetch(`/mail/api?${asked}`).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = (await answer.json()).found - Number(found);
    const bar = document.getElementById("fresh");
    bar.hidden = fresh <= 0;
    bar.textContent = `${fresh} new ${fresh === 1 ? "mail" : "mails"} – show`;
  }, 3000);
}
