// Camera and microphone stay off until the guest switches them on.
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  document.querySelector(".preview").textContent = "The host will let you in soon.";
});
