// Plays the venues of a recording together: each film starts as long after the others as its venue came in.
"use strict";
const films = [...document.querySelectorAll("video[data-offset]")];
const button = document.getElementById("play");
const clock = document.getElementById("clock");
let begun = 0;
let timer = 0;

function step() {
  const now = performance.now() - begun;
  clock.textContent = `${Math.floor(now / 1000)} s`;
  for (const film of films) {
    const due = (now - Number(film.dataset.offset)) / 1000;
    if (due < 0 || film.ended || due > film.duration) continue;
    if (film.paused) film.play();
    if (Math.abs(film.currentTime - due) > 0.5) film.currentTime = due;
  }
}

function stop() {
  clearInterval(timer);
  timer = 0;
  films.forEach((film) => film.pause());
}

button.hidden = false;
button.addEventListener("click", () => {
  if (timer) return stop();
  begun = performance.now();
  timer = setInterval(step, 250);
  step();
});
