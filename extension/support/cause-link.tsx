/** To the catalogue, on the same page. */
export function CauseLink({ id }: { id: string }) {
  return (
    <a class="cause-id" href={`#cause/${id}`} data-cause={id}>
      {id}
    </a>
  );
}
